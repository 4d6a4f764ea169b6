import { title } from "./helpers.js";

console.log(title);
