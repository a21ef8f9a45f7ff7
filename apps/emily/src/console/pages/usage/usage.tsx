import { useMemo, type ReactElement } from 'react';
import type { Hello } from '../../api.ts';
import { keyPaths, type Keys, type Projects } from '../../api-keys.ts';
import { TenantChoice } from '../../customer/tenant-choice.tsx';
import { useClock } from '../../customer/use-clock.ts';
import { useTenant } from '../../customer/use-tenant.ts';
import type { LiveState } from '../../live/live-feed.ts';
import { usePolled } from '../../live/use-polled.ts';
import { CopyLine } from '../../shell/copy-line.tsx';
import { Frame, type Section } from '../../shell/frame.tsx';
import { pageStrings } from '../../strings-of-pages.ts';
import { usageStrings } from '../../strings-of-usage.ts';
import { QuestionForm, type Named } from '../../usage/question-form.tsx';
import type { Group, Question } from '../../usage/question.ts';
import { UsagePanel } from '../../usage/usage-panel.tsx';
import { useQuestion } from '../../usage/use-question.ts';

const say = usageStrings;
const sections: readonly Section[] = [{ letter: 'u', id: 'explorer', title: say.panel }];

const serving: Question = { window: 'hour', group: 'model', unit: 'requests', model: '', user: '', key: '', project: '', from: null, to: null };
/** A trace is short beside the month that it is in. */
const replaying: Question = { ...serving, window: 'day' };

const own: readonly Group[] = ['none', 'model', 'user', 'key', 'project'];
const all: readonly Group[] = ['none', 'tenant', 'model', 'user', 'key', 'project'];
const NAMES_EVERY_MS = 30_000;

/** The customer's page: what was used, of what, by whom and when; the whole question stands in the address. */
export function UsagePage({ hello, live, onReconnect }: { readonly hello: Hello; readonly live: LiveState | null; readonly onReconnect: () => void }): ReactElement {
  const tenant = useTenant(hello);
  const at = useClock(hello, live);
  const standard = hello.mode === 'replay' ? replaying : serving;
  const [question, ask] = useQuestion(standard);
  const looks = hello.may.includes('look');
  const keys = usePolled<Keys>(looks ? keyPaths.list(tenant.asked) : null, NAMES_EVERY_MS, at).answer;
  const projects = usePolled<Projects>(looks ? keyPaths.projects(tenant.asked) : null, NAMES_EVERY_MS, at).answer;
  const keysNamed = useMemo((): readonly Named[] => keys?.data.map(({ id, name }) => ({ id, name: `${name} (${id})` })) ?? [], [keys]);
  const { group } = question;
  const nameOf = useMemo(() => namer(group, { tenant: hello.tenants, key: keysNamed }), [group, hello, keysNamed]);
  return (
    <Frame hello={hello} page="usage" sections={sections} live={live} onReconnect={onReconnect} aside={<TenantChoice hello={hello} tenant={tenant} none={pageStrings.everyTenant} />}>
      <UsagePanel id="explorer" title={say.panel} question={question} tenant={tenant.asked} at={at} nameOf={nameOf} empty={<Teach curl={hello.curl} />}>
        <QuestionForm
          question={question} standard={standard} offered={tenant.id === '' ? all : own} models={hello.models.map(({ id }) => ({ id, name: id }))}
          keys={looks ? keysNamed : null} projects={projects === null ? null : projects.data} onAsk={ask}
        />
      </UsagePanel>
    </Frame>
  );
}

const Teach = ({ curl }: { readonly curl: string }): ReactElement => <><p>{say.teach}</p><CopyLine label={say.teachLabel} text={curl} /></>;

/** What people call the things that are told apart; what was sent in has no key, and some keys no project. */
function namer(group: Group, names: { readonly tenant: readonly Named[]; readonly key: readonly Named[] }): (id: string) => string {
  if (group !== 'tenant' && group !== 'key') return (id) => (id !== '' ? id : group === 'project' ? say.chart.noProject : group === 'none' ? say.chart.all : say.chart.noName);
  const known = new Map(names[group].map(({ id, name }) => [id, name]));
  return (id) => (id === '' ? say.chart.sentIn : known.get(id) ?? id);
}
