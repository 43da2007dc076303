/** Splits a text at a span counted in UTF-8 bytes, as the host counts: before, inside, after. */
export function slices(text: string, span: readonly [number, number]): [string, string, string] {
  const [from, to] = [unitAt(text, span[0]), unitAt(text, span[1])];
  return [text.slice(0, from), text.slice(from, to), text.slice(to)];
}

/** The UTF-16 index at which so many bytes have passed; the end when there are fewer. */
function unitAt(text: string, byte: number): number {
  let passed = 0;
  let unit = 0;
  for (const letter of text) {
    if (passed >= byte) break;
    passed += width(letter.codePointAt(0) ?? 0);
    unit += letter.length;
  }
  return unit;
}

function width(point: number): number {
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x1_0000 ? 3 : 4;
}
