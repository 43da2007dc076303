import { pieces } from "./values";

/** A sentence in prose with names and patterns in their own type. Values are text, whatever they hold. */
export function Rich({ text }: { text: string }) {
  return (
    <>
      {pieces(text).map((piece, index) =>
        piece.code ? (
          <code key={index}>
            <bdi>{piece.text}</bdi>
          </code>
        ) : (
          <span key={index}>{piece.text}</span>
        ),
      )}
    </>
  );
}
