'use strict';
const $ = id => document.getElementById(id);
const still = matchMedia('(prefers-reduced-motion: reduce)');
const Steps = 1000;
let declared, state = {}, asking, training, pending, curves;

// --- settings: what there are, the server says; what is chosen stands in the link ---

const sections = () => ({
  data: declared.data.find(d => d.name === state.data).settings,
  training: declared.training,
  theory: declared.model.concat(declared.theory),
});
const settings = () => Object.values(sections()).flat();
const value = s => state[s.key] ?? s.standard;
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

// What run.json would have, without what stands at its default.
function chosen() {
  const asked = { data: state.data };
  for (const s of settings()) if (!same(value(s), s.standard)) asked[s.key] = value(s);
  return asked;
}

function fromLink() {
  state = { data: declared.data.some(d => d.name === 'nlgp') ? 'nlgp' : declared.standard };
  const said = new URLSearchParams(location.hash.slice(1));
  if (declared.data.some(d => d.name === said.get('data'))) state.data = said.get('data');
  for (const s of settings()) {
    const text = said.get(s.key);
    if (text === null) continue;
    const parts = Array.isArray(s.standard) ? text.split(',') : [text];
    const read = s.number ? parts.map(Number) : typeof s.standard === 'boolean' ? parts.map(p => p === 'true') : parts;
    if (!read.some(Number.isNaN)) state[s.key] = Array.isArray(s.standard) ? read : read[0];
  }
}

function toLink() {
  history.replaceState(null, '', '#' + new URLSearchParams(Object.entries(chosen()).map(([key, v]) => [key, String(v)])));
}

// --- controls ---

function element(kind, properties, ...children) {
  const made = Object.assign(document.createElement(kind), properties);
  made.append(...children);
  return made;
}

// A slider's reach: around the default, on a scale of ratios where it is above 0, within what is allowed.
function scale(s, standard) {
  const [least, most] = [s.least ?? -Infinity, s.most ?? Infinity];
  if (!(standard > 0) || (s.whole && standard <= 5)) {
    const [low, high] = [Math.max(least, s.whole ? 0 : standard - 1), Math.min(most, s.whole ? 20 : standard + 1)];
    return { to: x => (x - low) / (high - low) * Steps, from: t => s.whole ? Math.round(low + t / Steps * (high - low)) : +(low + t / Steps * (high - low)).toPrecision(3) };
  }
  const factor = s.whole ? 10 : 30, [low, high] = [Math.max(least > 0 ? least * 1.01 : 0, standard / factor), Math.min(most, standard * factor)];
  const round = x => {
    const short = +x.toPrecision(2);
    // Two classes share a batch.
    return s.whole ? Math.max(Math.ceil(low), standard % 2 ? Math.round(short) : 2 * Math.round(short / 2)) : short;
  };
  return { to: x => Math.log(x / low) / Math.log(high / low) * Steps, from: t => round(low * (high / low) ** (t / Steps)) };
}

function control(s) {
  const several = Array.isArray(s.standard), id = 'setting-' + s.key;
  if (typeof s.standard === 'boolean') {
    const box = element('input', { type: 'checkbox', id, checked: value(s), onchange: () => set(s, box.checked) });
    return [element('div', { className: 'setting flag', title: s.help }, box, element('label', { htmlFor: id, textContent: s.name }))];
  }
  if (s.choices.length) {
    const list = element('select', { id, onchange: () => set(s, list.value) }, ...s.choices.map(c => element('option', { value: c, textContent: c, selected: c === value(s) })));
    return [element('div', { className: 'setting', title: s.help }, element('label', { htmlFor: id, textContent: s.name }), list)];
  }
  if (!s.number) return [];
  return (several ? value(s) : [value(s)]).map((current, i) => {
    const standard = several ? s.standard[Math.min(i, s.standard.length - 1)] : s.standard, scaled = scale(s, standard);
    const name = several ? `${s.name}, class ${i}` : s.name, own = id + '-' + i;
    const change = x => set(s, several ? value(s).map((v, j) => j === i ? x : v) : x);
    const number = element('input', { type: 'number', id: own, step: 'any', value: current, oninput: () => {
      if (number.value === '' || !Number.isFinite(+number.value)) return;
      slider.value = scaled.to(+number.value);
      change(+number.value);
    } });
    const slider = element('input', { type: 'range', min: 0, max: Steps, oninput: () => {
      number.value = scaled.from(+slider.value);
      slider.setAttribute('aria-valuetext', number.value);
      change(+number.value);
    } });
    slider.value = scaled.to(current);
    slider.setAttribute('aria-label', name + ', slider');
    slider.setAttribute('aria-valuetext', current);
    return element('div', { className: 'setting', title: s.help }, element('label', { htmlFor: own, textContent: name }), slider, number);
  });
}

function build() {
  for (const [section, list] of Object.entries(sections())) {
    const legend = $(section).querySelector('legend');
    $(section).replaceChildren(legend, ...list.flatMap(control));
  }
  const data = element('select', { id: 'setting-data', onchange: () => {
    state = { ...state, data: data.value };
    build();
    changed();
    $('setting-data').focus();
  } }, ...declared.data.map(d => element('option', { value: d.name, textContent: d.name, selected: d.name === state.data })));
  $('data').querySelector('legend').after(element('div', { className: 'setting' }, element('label', { htmlFor: 'setting-data', textContent: 'law of the examples' }), data));
}

function set(s, x) {
  state[s.key] = x;
  changed();
}

function changed() {
  toLink();
  $('older').hidden = !curves || curves.asked === JSON.stringify(chosen());
  clearTimeout(asking?.timer);
  asking?.abort.abort();
  const abort = new AbortController();
  asking = { abort, timer: setTimeout(() => law(abort.signal), 120) };
}

// --- the server ---

async function post(path, signal) {
  const answer = await fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(chosen()), signal });
  if (answer.ok) return answer;
  throw new Error((await answer.json()).error);
}

function refuse(error) {
  if (error?.name !== 'AbortError') $('refusal').textContent = error ? error.message : '';
}

async function law(signal) {
  try {
    const told = await (await post('law', signal)).json();
    refuse();
    $('command').value = told.command;
    showLaw(told);
  } catch (error) { refuse(error); }
}

async function* events(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { value: more, done } = await reader.read();
    if (done) return;
    const parts = (text + more).split('\n\n');
    text = parts.pop();
    for (const part of parts) {
      const lines = part.split('\n'), field = name => lines.filter(l => l.startsWith(name + ':')).map(l => l.slice(name.length + 1).trimStart()).join('\n');
      if (field('data')) yield [field('event'), JSON.parse(field('data'))];
    }
  }
}

async function train() {
  training?.abort();
  const mine = training = new AbortController();
  $('train').disabled = true;
  $('stop').disabled = false;
  judged('');
  say('Preparing …');
  let isDone = false;
  try {
    for await (const [event, told] of events(await post('training', mine.signal))) {
      if (event === 'begin') begin(told);
      else if (event === 'frame') frame(told);
      else if (event === 'judging') say('Trained. Asking what was to be expected …');
      else if (event === 'done') { isDone = true; done(told); }
      else if (event === 'failed') throw new Error(told.error);
    }
    if (!isDone) throw new Error('The lab was closed before the training came to its end.');
    refuse();
  } catch (error) {
    say(error.name === 'AbortError' ? 'Stopped.' : 'Not trained.');
    refuse(error);
  } finally {
    $('train').disabled = false;
    $('stop').disabled = true;
  }
}

// --- a training as it goes ---

const say = text => { $('status').textContent = text; };
const numbers = text => new Float32Array(Uint8Array.from(atob(text), c => c.charCodeAt(0)).buffer);
const rows = (all, count) => Array.from({ length: count }, (_, i) => all.subarray(i * all.length / count, (i + 1) * all.length / count));

function begin(told) {
  curves = { told, asked: JSON.stringify(chosen()), step: [], ipr: [], theory: [], cosine: [], lossStep: [], loss: [] };
  $('command').value = told.command;
  $('progress').max = told.steps;
  $('older').hidden = true;
  if (told.uncovered) judged('', [told.uncovered]);
}

function frame(told) {
  curves.step.push(told.step);
  curves.ipr.push(told.ipr ?? NaN);
  curves.theory.push(told.theory_ipr ?? NaN);
  curves.cosine.push(told.cosine ?? NaN);
  for (const [step, loss] of told.losses) { curves.lossStep.push(step); curves.loss.push(loss); }
  // Who wants no motion sees the snapshots alone.
  if (still.matches && !told.snapshot) return;
  if (!pending) requestAnimationFrame(() => { const now = pending; pending = undefined; show(now); });
  pending = told;
}

function show(told) {
  const { told: begun } = curves, [trained, predicted] = [rows(numbers(told.trained), begun.fields), told.predicted && rows(numbers(told.predicted), begun.fields)];
  $('progress').value = told.step;
  say(`Step ${told.step} of ${begun.steps}: mean IPR ${told.ipr?.toFixed(3)}` + (predicted ? `, theory ${told.theory_ipr?.toFixed(3)}, cosine ${told.cosine?.toFixed(3)}` : ''));
  const labels = [{ label: 'trained', colour: 'first' }, ...predicted ? [{ label: `theory (${begun.theory})`, colour: 'second', dash: [5, 4] }] : []];
  plots.cells($('fields'), trained.map((y, i) => [{ y, ...labels[0] }, ...predicted ? [{ y: predicted[i], ...labels[1] }] : []]), begun.dimensions === 2 ? begun.side : 0, labels);
  $('fields').setAttribute('aria-label', `${begun.fields} receptive fields at step ${told.step}, mean IPR ${told.ipr?.toFixed(3)}`);
  const x = [0, begun.steps], of = (y, i) => ({ x: curves.step, y, ...labels[i], label: '' });
  plots.chart($('ipr'), { series: [of(curves.ipr, 0), ...predicted ? [of(curves.theory, 1)] : []], x, y: [0, undefined], level: begun.localized_above });
  plots.chart($('cosine'), { series: predicted ? [of(curves.cosine, 0)] : [], x, y: [undefined, 1.02] });
  plots.chart($('loss'), { series: [{ x: curves.lossStep, y: curves.loss, colour: 'first' }], x });
}

function done(found) {
  say(`Done: ${found.snapshots.at(-1).step} steps.`);
  judged(found.summary, found.reasons);
}

function judged(text, reasons = []) {
  $('verdict').textContent = text ?? '';
  $('reasons').replaceChildren(...reasons.filter(r => !(text ?? '').includes(r)).map(r => element('li', { textContent: r })));
}

async function expect() {
  $('expect').disabled = true;
  judged('Following the theory to its end …');
  try {
    const told = await (await post('expectation')).json();
    judged(`Expected: ${told.said}.`, told.reasons);
  } catch (error) { judged(''); refuse(error); } finally { $('expect').disabled = false; }
}

// --- the law ---

function showLaw(told) {
  const kurtosis = k => k === 'infinite' ? 'infinite' : k.toFixed(2);
  $('law').textContent = `${told.classes.map((c, i) => `Class ${i}: ${c.description}`).join('. ')}. N = ${told.sites}.` + (told.outside_the_lemma ? ` The lemma does not cover it: ${told.outside_the_lemma}.` : '');
  plots.cells($('samples'), told.samples.flatMap((of, c) => of.map(y => [{ y, colour: c ? 'second' : 'first' }])), told.dimensions === 2 ? told.side : 0, [], told.samples[0].length);
  const law = told.marginal, atoms = law.atoms !== undefined;
  $('marginal-title').textContent = `Marginal of class 1: excess kurtosis ${kurtosis(told.excess_kurtosis)}, ${told.drawn.excess_kurtosis.toFixed(2)} in ${told.drawn.examples} examples`;
  const reached = Math.max(1.6, ...told.drawn.x.filter((_, i) => told.drawn.density[i] > 0).map(Math.abs)) + 0.2;
  plots.chart($('marginal'), { series: atoms
    ? [{ x: law.atoms, y: law.probability, kind: 'points', colour: 'first' }]
    : [{ x: told.drawn.x, y: told.drawn.density, kind: 'bars', colour: 'third', label: 'drawn' }, { x: law.x, y: law.density, colour: 'first', label: 'law' }], x: atoms ? [-2, 2] : [-reached, reached], y: [0, undefined] });
  const a = told.amplifier, flat = Math.sqrt(2 / Math.PI);
  plots.chart($('amplifier'), { series: [{ x: a.a, y: a.phi, colour: 'first', label: 'φ' }, ...a.taylor ? [{ x: a.a, y: a.taylor, colour: 'second', dash: [5, 4], label: 'third order' }] : [],
    { x: a.a, y: a.a.map(v => v * flat), colour: 'third', dash: [2, 3], label: 'Gaussian' }], x: [-1, 1] });
  const reach = Math.min(30, Math.floor(told.side / 2)) + 1;
  plots.chart($('covariance'), { series: told.classes.map((c, i) => ({ x: [...Array(reach).keys()], y: c.covariance.slice(0, reach), colour: i ? 'second' : 'first', dash: i ? [5, 4] : [], label: `class ${i}` })), legend: 'right' });
}

// --- begin ---

async function start() {
  declared = await (await fetch('settings')).json();
  fromLink();
  build();
  changed();
  $('controls').addEventListener('submit', e => { e.preventDefault(); train(); });
  $('stop').onclick = () => training?.abort();
  $('expect').onclick = expect;
  $('reset').onclick = () => { state = { data: state.data }; build(); changed(); };
  $('copy').onclick = async () => {
    $('command').select();
    try { await navigator.clipboard.writeText($('command').value); $('copy').textContent = 'Copied'; } catch { $('command').focus(); }
    setTimeout(() => { $('copy').textContent = 'Copy as command'; }, 1500);
  };
  addEventListener('hashchange', () => { fromLink(); build(); changed(); });
}
start().catch(refuse);
