import type { Case } from "./case.ts";
import { decisions } from "./decisions.ts";
import { methods } from "./methods.ts";
import { paths } from "./paths.ts";
import { roles } from "./roles.ts";

/** All cases, by the subject they are about. */
export const cases: Record<string, Case[]> = { decisions, methods, paths, roles };
