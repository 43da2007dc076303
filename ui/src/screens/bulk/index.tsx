/** One rule for the selected projects (`useSelection`). Draws its own head. */
export default function BulkScreen() {
  return null;
}
