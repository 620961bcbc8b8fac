// Lets prettier format AssemblyScript: to TypeScript's parser a decorator on a function or a variable is an error, so it is a comment
// while the code is parsed, and a decorator again in what is printed.
import * as estree from "prettier/plugins/estree";
import * as typescript from "prettier/plugins/typescript";

const MARK = "//\u200b";
const decoratorLine = /^([ \t]*)(@\w+(?:\.\w+)?(?:\(.*?\))?)[ \t]*(?:\n|(?=(?:export|declare|function|const|let)\b))/gm;

/** The decorators as comments on lines of their own. */
const hidden = (/** @type {string} */ text) => text.replace(decoratorLine, `$1${MARK}$2\n`);

const printer = estree.printers.estree;
const parser = typescript.parsers.typescript;

export const languages = [{ name: "AssemblyScript", parsers: ["assemblyscript"] }];
export const parsers = {
  assemblyscript: { ...parser, astFormat: "assemblyscript", preprocess: hidden },
};
export const printers = {
  assemblyscript: {
    ...printer,
    /** @type {NonNullable<import("prettier").Printer["printComment"]>} */
    printComment(path, options) {
      const printed = printer.printComment?.(path, options) ?? "";
      return typeof printed === "string" && printed.startsWith(MARK) ? printed.slice(MARK.length) : printed;
    },
  },
};
