// A module of the package finds the package's other files beside itself.

export const beside = import.meta.url;
