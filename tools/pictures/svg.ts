import { type Lane, endOf, frontierLane, inLane, lateLane, outLane, storeLane, windowsLane } from './lanes.ts';
import { hueOf, style } from './palette.ts';
import { CELL, GUTTER, centre, edge, escaped, lineOf, n, stripes, textOf } from './shape.ts';
import type { Story } from './story.ts';
import { changeWord, sentencesOf, wordOf } from './words.ts';

const TOP = 26;
const RIGHT = 24;
const BOTTOM = 12;

/**
 * A story as a picture. Time runs to the right, a column is a unit of it, and it is both: what comes and
 * what leaves stands where it does, frontiers and windows stand at the event time they are about.
 */
export function svgOf(story: Story, title: string): string {
  const axis = axisOf(story);
  const lanes = [
    ...story.lines.flatMap((line) => [inLane(story, line), frontierLane(story, line)]),
    storeLane(story),
    windowsLane(story, axis),
    outLane(story),
    lateLane(story),
  ].filter((lane) => lane !== undefined);
  const height = TOP + lanes.reduce((sum, lane) => sum + lane.height, 0) + BOTTOM;
  const width = Math.max(edge(axis), ...story.left.map(endOf)) + RIGHT;
  const cells = Array.from({ length: axis + 1 }, (_, i) => lineOf('cells', edge(i), TOP - 4, edge(i), height - BOTTOM));
  const ticks = Array.from({ length: axis }, (_, i) => textOf('tick middle', centre(i), TOP - 9, String(i)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${n(width)}" height="${n(height)}" viewBox="0 0 ${n(width)} ${n(height)}" role="img" aria-labelledby="title desc">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="desc">${escaped(sentencesOf(story))}</desc>`,
    `<style>${style}\n</style>`,
    `<defs>${huesOf(story).map(stripes).join('')}</defs>`,
    `<rect class="card" x=".5" y=".5" width="${n(width - 1)}" height="${n(height - 1)}" rx="8"/>`,
    ...cells,
    textOf('name last', GUTTER - 12, TOP - 9, 'time'),
    ...ticks,
    ...drawn(lanes, width - RIGHT / 2),
    '</svg>\n',
  ].join('\n');
}

function drawn(lanes: readonly Lane[], width: number): readonly string[] {
  let y = TOP;
  return lanes.map((lane) => {
    const text = lane.draw(y, width);
    y += lane.height;
    return text;
  });
}

/** How far time is shown: to the last column, the last event and the last bounded window. */
function axisOf({ columns, events, left }: Story): number {
  const ends = left.flatMap(({ what }) => (what.kind === 'change' && what.change.window !== undefined ? [what.change.window.end] : []));
  const far = columns + Math.ceil(400 / CELL);
  return Math.max(columns, ...events.map(({ time }) => time + 1), ...ends.filter((end) => end <= far));
}


function huesOf(story: Story): readonly ReturnType<typeof hueOf>[] {
  const hatched = story.left.flatMap(({ what }) => (what.kind === 'change' ? [hueOf(changeWord(what.change)), hueOf(wordOf(what.change.key ?? ''))] : []));
  return [...new Set(hatched)].sort();
}
