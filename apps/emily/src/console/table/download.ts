/** Hands a file to the browser's own download, without the server. */
export function download(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

export const downloadCsv = (name: string, csv: string): void => download(name, new Blob([csv], { type: 'text/csv;charset=utf-8' }));
