import { createApp } from "vue";

import Films from "./src/Films.vue";

createApp(Films, { token: async () => "of-ada" }).mount("#app");
