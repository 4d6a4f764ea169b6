// A module finds the package's other files beside itself.

export const beside = import.meta.url;
