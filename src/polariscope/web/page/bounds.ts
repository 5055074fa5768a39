/** An axis bounds its facets from above: what is said of one is worked into the other. Mirrors risk/bounds.py. */

import { bandOf, bandSpan, type Spans, whole } from "./spans";
import type { Span, Variable } from "./types";

/** A facet that is above its axis. */
export interface Contradiction {
  readonly facet: Variable;
  readonly axis: Variable;
  /** The lowest level of the axis that would allow the facet. */
  readonly needed: number;
  /** The highest band that the axis allows. */
  readonly allowed: number;
}

export interface Settled {
  /** A span for every variable; to be looked up only where nothing contradicts. */
  readonly spans: Spans;
  readonly contradictions: readonly Contradiction[];
}

export function settle(variables: readonly Variable[], entries: Spans): Settled {
  const spans: Record<string, Span> = {};
  for (const variable of variables) spans[variable.id] = entries[variable.id] ?? whole(variable);
  const contradictions: Contradiction[] = [];
  for (const axis of variables.filter((each) => each.kind === "axis")) {
    const facets = variables.filter((each) => each.axis === axis.id);
    contradictions.push(...bound(spans, axis, facets));
  }
  return { spans, contradictions };
}

function bound(spans: Record<string, Span>, axis: Variable, facets: readonly Variable[]): Contradiction[] {
  const at = (variable: Variable): Span => spans[variable.id] ?? whole(variable);
  const roof = bandOf(axis, at(axis)[1]);
  const floor = Math.max(1, ...facets.map((facet) => bandOf(facet, at(facet)[0])));
  if (floor > roof) {
    const above = facets.filter((facet) => bandOf(facet, at(facet)[0]) > roof);
    return above.map((facet) => contradiction(facet, axis, bandOf(facet, at(facet)[0]), roof));
  }
  spans[axis.id] = [Math.max(at(axis)[0], bandSpan(axis, floor)[0]), at(axis)[1]];
  for (const facet of facets) spans[facet.id] = [at(facet)[0], Math.min(at(facet)[1], bandSpan(facet, roof)[1])];
  return [];
}

function contradiction(facet: Variable, axis: Variable, floor: number, allowed: number): Contradiction {
  return { facet, axis, needed: bandSpan(axis, floor)[0], allowed };
}

/** Raise the axis just so far that its facet fits. */
export function raiseAxis(entries: Spans, found: Contradiction): Spans {
  const high = Math.max(found.needed, entries[found.axis.id]?.[1] ?? found.axis.labels.length);
  return { ...entries, [found.axis.id]: [found.needed, high] };
}

/** Lower the facet just so far that it fits below its axis. */
export function lowerFacet(entries: Spans, found: Contradiction): Spans {
  return { ...entries, [found.facet.id]: bandSpan(found.facet, found.allowed) };
}
