const FOR_EVER_MS: number = 2 ** 31 - 1;

/** Keeps the process alive until what it returns is called: somebody is waiting for something that only timers bring. */
export function holdProcess(): () => void {
  const timer = setInterval(() => {}, FOR_EVER_MS);
  return () => clearInterval(timer);
}
