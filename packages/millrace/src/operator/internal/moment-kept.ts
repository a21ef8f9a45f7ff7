import { type Moment, NO_TIMER } from '../../task/moment.ts';

/** Remembers where the task stands while an operator sends out something older, and brings it back there. */
export class MomentKept {
  #time: number = Number.NaN;
  #arrival: number = Number.NaN;
  #source = '';
  #partition = 0;
  #offset = 0;
  #timer: number = NO_TIMER;

  keep(moment: Moment): void {
    this.#time = moment.time;
    this.#arrival = moment.arrival;
    this.#source = moment.source;
    this.#partition = moment.partition;
    this.#offset = moment.offset;
    this.#timer = moment.timer;
  }

  bringBack(moment: Moment): void {
    moment.time = this.#time;
    moment.arrival = this.#arrival;
    moment.source = this.#source;
    moment.partition = this.#partition;
    moment.offset = this.#offset;
    moment.timer = this.#timer;
  }
}
