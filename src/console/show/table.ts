/** Columns of text, as wide as they need to be. */

/** @returns the heading and one line a row, without trailing blanks */
export function formatTable(
  heading: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string[] {
  const cells = [heading, ...rows.map((row) => row.map(String))];
  const widths = heading.map((_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
