/** How often it is looked whether the process that started this one is still there, in ms. */
const LOOK_EVERY_MS = 1_000;

/**
 * Calls `gone` once when the process that started this one has ended. npm starts a shell that starts Emily, and
 * passes a signal on to the shell alone: Emily would stay, and hold its port and its store. Who starts Emily without
 * npm may leave it running on purpose, so then nothing is watched. Windows does not tell that a parent has ended.
 */
export function watchLauncher(gone: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const launcher = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === launcher) return;
    clearInterval(timer);
    gone();
  }, LOOK_EVERY_MS);
  timer.unref();
}
