/** The profile of A: every property, in its place under its axis, with what follows from it at once. */

import { shortRun } from "./attached";
import type { Desk, Part } from "./desk";
import { button, h, refill, section, setText } from "./dom";
import { field, type Field } from "./field";
import { unedited } from "./state";
import type { Variable } from "./types";
import type { PageView } from "./view";

export function editor(desk: Desk): Part {
  const fields: Field[] = [];
  const make = (variable: Variable): HTMLElement => {
    const made = field(desk, variable);
    fields.push(made);
    return made.element;
  };
  const { variables } = desk.data;
  const axes = variables.filter(({ kind }) => kind === "axis").map((axis) => axisGroup(desk, axis, make));
  const factors = variables.filter(({ kind }) => kind === "factor");
  const outside = fieldset("Outside the axes", ...split(factors, make, "more factors"));
  const whose = h("p", { class: "help" });
  const differ = h("p", { class: "help" });
  const runs = h("div", {});
  const reset = button("Reset edits of A", () => desk.change(unedited));
  const groups = h("div", { class: "groups" }, ...axes, outside);
  return {
    element: section("profile", "Profile of A", whose, differ, runs, groups, h("p", {}, reset)),
    update: (view) => {
      setText(differ, differences(view));
      refill(runs, JSON.stringify(view.a.system.profile.attached), () => supportingNothing(view));
      setText(whose, `${view.a.name}. Any change is evaluated at once; what is not known stays unknown.`);
      reset.disabled = !view.a.edited;
      for (const each of fields) each.update(view);
    },
  };
}

/** Attached runs that speak of no facet, such as one that a control explains; the others stand at their facet. */
function supportingNothing({ a }: PageView): readonly HTMLElement[] {
  return a.system.profile.attached
    .filter(({ facet }) => facet === "")
    .map((each) =>
      h("p", { class: "evidence" }, `Run ${shortRun(each)} of ${each.instrument}, ${each.decision}: ${each.sentence}`),
    );
}

/** Where A and B do not say the same; B's levels stand beside A's. */
function differences({ b, differing }: PageView): string {
  if (!b) return "";
  if (!differing.length) return "A and B say the same of every property.";
  return `A and B differ in: ${differing.map(({ name }) => name).join(", ")}.`;
}

type Make = (variable: Variable) => HTMLElement;

function axisGroup(desk: Desk, axis: Variable, make: Make): HTMLElement {
  const facets = desk.data.variables.filter((each) => each.axis === axis.id);
  return fieldset(axis.name, make(axis), ...split(facets, make, `more facets of ${axis.name}`));
}

/** Those that some rule names; the rest behind a disclosure. */
function split(variables: readonly Variable[], make: Make, more: string): HTMLElement[] {
  const named = variables.filter((each) => each.named).map(make);
  const rest = variables.filter((each) => !each.named).map(make);
  const summary = h("summary", {}, `${rest.length} ${more}, which no rule names`);
  return rest.length ? [...named, h("details", {}, summary, ...rest)] : named;
}

function fieldset(legend: string, ...children: readonly HTMLElement[]): HTMLElement {
  return h("fieldset", {}, h("legend", {}, legend), ...children);
}
