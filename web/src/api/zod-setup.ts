import { config } from "zod";
import { issueWords } from "./issue-words.ts";

// zod tries `new Function` to see whether it may compile its parsers. Our Content-Security-Policy refuses and reports
// that, so it is told not to try. Imported wherever a schema is used as a value, before its first use. Words that a
// schema gives itself win over ours.
config({ jitless: true, customError: issueWords });
