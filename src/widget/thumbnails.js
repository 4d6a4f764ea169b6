export async function thumbnail(file, place) {
  return undefined;
}
