// Where the files of the package are, for a module of it.

export const base = import.meta.url;
