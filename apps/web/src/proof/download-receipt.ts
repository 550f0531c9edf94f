/** Saves the receipt as `custody check` and any other tool for tlog-proof reads it. */
export function downloadReceipt(receipt: string, index: number): void {
  const url = URL.createObjectURL(new Blob([receipt], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `entry-${index}.tlog-proof`;
  link.click();
  // The browser reads it after the click has been handled.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
