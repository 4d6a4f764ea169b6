export const alsoLater = "also later";
