// Draws avatars: reads a JSON list of options for DiceBear from its input, and prints the list of their SVGs.
//
// The packages @dicebear/core and @dicebear/pixel-art are looked for in the folder that it is run from.

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const installed = createRequire(pathToFileURL(`${process.cwd()}/`));
const [core, style] = await Promise.all(
  ["@dicebear/core", "@dicebear/pixel-art"].map((name) => import(pathToFileURL(installed.resolve(name)).href)),
);
const asked = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(asked.map((options) => core.createAvatar(style, options).toString())));
