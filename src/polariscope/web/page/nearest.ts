/** Names that a misspelt one may have meant. */

/** Insertions, deletions and replacements between two words. */
export function distance(a: string, b: string): number {
  let before = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const now = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const swap = (before[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      now.push(Math.min(swap, (before[column] ?? 0) + 1, (now[column - 1] ?? 0) + 1));
    }
    before = now;
  }
  return before[b.length] ?? 0;
}

/** " Did you mean …?", or nothing where no name is near. */
export function suggestion(word: string, names: readonly string[]): string {
  if (word.length > 60) return "";
  const ranked = names.map((name) => ({ name, far: distance(word.toLowerCase(), name) }));
  const near = ranked.filter(({ far }) => far <= Math.max(2, word.length / 3)).sort((a, b) => a.far - b.far);
  return near.length
    ? ` Did you mean ${near
        .slice(0, 3)
        .map(({ name }) => name)
        .join(" or ")}?`
    : "";
}
