import vue from "@vitejs/plugin-vue";

export default {
  plugins: [
    // Otherwise Vue looks for a component with this name.
    vue({
      template: { compilerOptions: { isCustomElement: (tag) => tag === "ittybit-uploader" } },
    }),
  ],
};
