import { decisions } from "./decisions.ts";
import type { Case } from "./case.ts";

/** All cases, by the subject they are about. */
export const cases: Record<string, Case[]> = { decisions };
