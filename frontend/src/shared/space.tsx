/** Where items of a long list are that are not in the document. An empty drawing has a height without any style in the markup. */
export function Space({ height }: { height: number }) {
  return (
    <li aria-hidden="true">
      <svg width="1" height={height} />
    </li>
  );
}
