import type { Case } from "./case.ts";
import { decisions } from "./decisions.ts";
import { paths } from "./paths.ts";
import { roles } from "./roles.ts";

/** All cases, by the subject they are about. */
export const cases: Record<string, Case[]> = { decisions, paths, roles };
