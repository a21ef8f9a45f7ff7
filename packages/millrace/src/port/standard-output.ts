/** Somewhere that text for people goes. */
export interface TextOutput {
  /** Resolves when the text has been handed on; rejects when it could not be. */
  write(text: string): Promise<void>;
}

export const standardOutput: TextOutput = Object.freeze({
  write(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
    });
  },
});
