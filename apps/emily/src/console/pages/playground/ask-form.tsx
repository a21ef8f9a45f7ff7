import { useState, type FormEvent, type KeyboardEvent, type ReactElement } from 'react';
import { playgroundStrings } from '../../strings-of-playground.ts';
import { Choice } from '../../usage/question-form.tsx';
import '../../usage/usage-chart.css';
import type { Turns } from './use-turns.ts';

const say = playgroundStrings.ask;
const MOST_USUAL = '256';

/** What is asked of which model; Enter asks, Shift and Enter begin a new line. */
export function AskForm({ models, apiKey, talk }: { readonly models: readonly string[]; readonly apiKey: string; readonly talk: Turns }): ReactElement {
  const [model, setModel] = useState(models[0] ?? '');
  const [most, setMost] = useState(MOST_USUAL);
  const [prompt, setPrompt] = useState('');
  const [lacking, setLacking] = useState(false);

  const submit = (event: Pick<FormEvent, 'preventDefault'>): void => {
    event.preventDefault();
    if (talk.answering) return;
    const tokens = /^\d{1,7}$/.test(most.trim()) ? Number(most) : 0;
    const isWhole = apiKey.trim() !== '' && prompt.trim() !== '' && tokens >= 1;
    setLacking(!isWhole);
    if (!isWhole) return;
    talk.ask({ key: apiKey.trim(), model, most: tokens }, prompt);
    setPrompt('');
  };
  const press = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) submit(event);
  };

  return <>
    <form className="deed play-ask" aria-labelledby="talk-title" noValidate onSubmit={submit}>
      <Choice label={say.model} value={model} options={models.map((id) => ({ id, name: id }))} onChoose={setModel} />
      <label>{say.most}<input className="field" inputMode="numeric" autoComplete="off" value={most} onChange={(event) => setMost(event.target.value)} /></label>
      <label className="play-prompt">{say.prompt}<textarea className="field" rows={3} value={prompt} onChange={(event) => setPrompt(event.target.value)} onKeyDown={press} /></label>
      <button type="submit" className="button" aria-disabled={talk.answering}>{say.send}</button>
      <button type="button" className="button" disabled={!talk.answering} onClick={talk.stop}>{say.stop}</button>
      <button type="button" className="button" disabled={talk.answering || talk.turns.length === 0} onClick={talk.clear}>{say.anew}</button>
    </form>
    <p className="deed-problem" role="alert">{lacking ? say.lacking : ''}</p>
  </>;
}
