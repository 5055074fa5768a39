/** The 3-D space's entry: hands its constructor to the page, which has run before. */

import type { CreateSpace, Space, SpaceSocket } from "../space_contract";
import { HOME } from "./camera";
import { NO_CONTEXT, rendererFor } from "./gl";
import { prepareHost } from "./host";
import { MountedSpace } from "./space";

/** What the page holds where nothing can be drawn: it takes every call and does nothing. */
const NOTHING: Space = {
  update: () => undefined,
  camera: () => HOME,
  reset: () => undefined,
  turn: () => undefined,
  zoom: () => undefined,
  picture: () => Promise.reject(new Error(NO_CONTEXT)),
  sheet: () => {
    throw new Error(NO_CONTEXT);
  },
  dispose: () => undefined,
};

const create: CreateSpace = (host, data, events) => {
  const ended = new AbortController();
  const { root, canvas } = prepareHost(host, ended.signal);
  const renderer = rendererFor(canvas);
  if (renderer) return new MountedSpace({ host, root, canvas, renderer, ended }, data, events);
  ended.abort();
  events.failed(NO_CONTEXT);
  return NOTHING;
};

(window as Window & { polariscopePage?: SpaceSocket }).polariscopePage?.registerSpace(create);
