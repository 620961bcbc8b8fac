import type { Case } from "./case.ts";
import { decisions } from "./decisions.ts";
import { depth } from "./depth.ts";
import { destination } from "./destination.ts";
import { methods } from "./methods.ts";
import { paths } from "./paths.ts";
import { refusals } from "./refusals.ts";
import { roles } from "./roles.ts";

/** All cases, by the subject they are about. */
export const cases: Record<string, Case[]> = { decisions, depth, destination, methods, paths, refusals, roles };
