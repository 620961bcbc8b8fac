import type { Case } from "./case.ts";
import { decisions } from "./decisions.ts";
import { depth } from "./depth.ts";
import { destination } from "./destination.ts";
import { methods } from "./methods.ts";
import { multigets } from "./multiget.ts";
import { paths } from "./paths.ts";
import { refusals } from "./refusals.ts";
import { reports } from "./reports.ts";
import { requestBodies } from "./request_bodies.ts";
import { roles } from "./roles.ts";

/** All cases, by the subject they are about. */
export const cases: Record<string, Case[]> = {
  decisions,
  depth,
  destination,
  methods,
  multigets,
  paths,
  refusals,
  reports,
  requestBodies,
  roles,
};
