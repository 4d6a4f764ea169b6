// What the element loads first of all, for apps that bundle.

export const widget = () => import("../widget.js");
