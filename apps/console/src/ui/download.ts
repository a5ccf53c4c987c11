// Gives the browser a file to save. Nothing leaves the page for it.

/** `data` as a file of this name, whatever is in it: it is saved and never opened here. */
export function saveAs(data: Blob | string, name: string): void {
  const blob = new Blob([data], { type: 'application/octet-stream' });
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has its own hold on it by the next turn.
  window.setTimeout(() => URL.revokeObjectURL(url), 0);
}
