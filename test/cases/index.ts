import { alarms } from "./alarms.ts";
import type { Case } from "./case.ts";
import { decisions } from "./decisions.ts";
import { depth } from "./depth.ts";
import { destination } from "./destination.ts";
import { discovery } from "./discovery.ts";
import { freeBusyAnswers } from "./free_busy.ts";
import { headers } from "./headers.ts";
import { layoutCases } from "./layouts.ts";
import { methods } from "./methods.ts";
import { multigets } from "./multiget.ts";
import { otherPaths } from "./other_paths.ts";
import { passwords } from "./passwords.ts";
import { paths } from "./paths.ts";
import { peopleCases } from "./people.ts";
import { refusals } from "./refusals.ts";
import { reports } from "./reports.ts";
import { requestBodies } from "./request_bodies.ts";
import { responses207 } from "./responses_207.ts";
import { roles } from "./roles.ts";
import { views } from "./views.ts";

/** All cases, by the subject they are about. */
export const cases: Record<string, Case[]> = {
  alarms,
  decisions,
  depth,
  destination,
  discovery,
  "free-busy-query": freeBusyAnswers,
  headers,
  layouts: layoutCases,
  methods,
  multigets,
  otherPaths,
  passwords,
  paths,
  people: peopleCases,
  refusals,
  reports,
  requestBodies,
  responses207,
  roles,
  views,
};
