import { mount } from "svelte";

import Films from "./src/Films.svelte";

mount(Films, {
  target: document.querySelector("#app"),
  props: { token: async () => "of-ada" },
});
