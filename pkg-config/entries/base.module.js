// Where the files of the package are, for a module of it: beside it.

export const beside = import.meta.url;
