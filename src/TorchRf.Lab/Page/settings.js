// The settings: what there are, the server says; what is chosen stands in the link; controls are made of both.
import { $, element, told } from './page.js';

const Steps = 100;
let declared, state = {}, changed = () => {};

const sections = () => ({
  data: declared.data.find(d => d.name === state.data).settings,
  training: declared.training,
  theory: declared.model.concat(declared.theory),
});
const settings = () => Object.values(sections()).flat();
const value = s => state[s.key] ?? s.standard;
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

// Of an opened run: what it was asked besides, for which the page has no slider.
const others = () => { const known = settings().map(s => s.key); return Object.keys(state).filter(key => key !== 'data' && !known.includes(key)); };

// What run.json would have, without what stands at its default.
export function chosen() {
  const asked = { data: state.data };
  for (const s of settings()) if (!same(value(s), s.standard)) asked[s.key] = value(s);
  for (const key of others()) asked[key] = state[key];
  return asked;
}

// A whole number beyond what a page holds exactly, as a seed of 64 bits can be, is another one here.
export function inexact() {
  const s = settings().find(s => s.whole && [value(s)].flat().some(v => Number.isInteger(v) && !Number.isSafeInteger(v)));
  return s && `${s.name} is beyond ${Number.MAX_SAFE_INTEGER}, up to which this page holds whole numbers exactly; a command line takes it as it is.`;
}

function fromLink() {
  const text = new URLSearchParams(location.hash.slice(1)), known = name => declared.data.some(d => d.name === name);
  state = { data: known(text.get('data')) ? text.get('data') : known('nlgp') ? 'nlgp' : declared.standard };
  const own = new Map(settings().map(s => [s.key, s]));
  for (const [key, written] of text) {
    if (key === 'data') continue;
    const s = own.get(key);
    let read = written;
    if (!s || s.number || typeof s.standard === 'boolean') try { read = JSON.parse(Array.isArray(s?.standard) ? `[${written}]` : written); } catch { continue; }
    state[key] = read;
  }
}

function toLink(how = 'replaceState') {
  const numbers = new Set(settings().map(s => s.key));
  const text = Object.entries(chosen()).map(([key, v]) => [key, numbers.has(key) || key === 'data' ? String(v) : JSON.stringify(v)]);
  history[how](null, '', '#' + new URLSearchParams(text));
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
    if (s.key === 'sites' && state.dimensions === 2) return square(short);
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
    // Of numbers, words for 1, 2 and on.
    const is = (c, i) => s.number ? i + 1 : c;
    const choice = element('select', { id, onchange: () => set(s, is(choice.value, choice.selectedIndex)) }, ...s.choices.map((c, i) => element('option', { value: c, textContent: c, selected: is(c, i) === value(s) })));
    return [element('div', { className: 'setting', title: s.help }, element('label', { htmlFor: id, textContent: s.name }), choice)];
  }
  if (!s.number) return [];
  return (several ? value(s) : [value(s)]).map((current, i) => {
    const standard = several ? s.standard[Math.min(i, s.standard.length - 1)] : s.standard, scaled = scale(s, standard);
    const name = several ? `${s.name}, class ${i}` : s.name, own = id + '-' + i;
    const change = x => set(s, several ? value(s).map((v, j) => j === i ? x : v) : x);
    const number = element('input', { type: 'number', id: own, step: 'any', value: current, oninput: () => {
      if (number.value === '' || !Number.isFinite(+number.value)) return;
      slider.value = scaled.to(+number.value);
      slider.setAttribute('aria-valuetext', number.value);
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
  for (const [section, list] of Object.entries(sections()))
    $(section).replaceChildren($(section).querySelector('legend'), ...list.flatMap(control));
  const data = element('select', { id: 'setting-data', onchange: () => {
    // By the new law's settings: those of the old one alone go too.
    state.data = data.value;
    for (const key of others()) delete state[key];
    build();
    moved();
    $('setting-data').focus();
  } }, ...declared.data.map(d => element('option', { value: d.name, textContent: d.name, selected: d.name === state.data })));
  $('data').querySelector('legend').after(element('div', { className: 'setting' }, element('label', { htmlFor: 'setting-data', textContent: 'law of the examples' }), data));
  $('others').textContent = others().length ? `Besides, as the opened run has it: ${others().map(key => `${key} ${state[key]}`).join(', ')}.` : '';
}

function set(s, x) {
  state[s.key] = x;
  const sites = settings().find(other => other.key === 'sites');
  // A torus has a square of sites.
  if (s.key === 'dimensions' && x === 2 && sites) state.sites = square(value(sites));
  if (s.key === 'dimensions') { build(); $('setting-dimensions').focus(); }
  moved();
}

const square = sites => Math.max(2, Math.round(Math.sqrt(sites))) ** 2;

function moved() {
  toLink();
  changed();
}

// The settings of a run; the way back leads to those that stood there.
export function take(asked) {
  if (!asked || !declared.data.some(d => d.name === asked.data)) return false;
  state = { ...asked };
  toLink('pushState');
  build();
  changed();
  return true;
}

export function reset() {
  state = { data: state.data };
  build();
  moved();
}

export async function begin(whenChanged) {
  declared = await told('settings');
  changed = whenChanged;
  fromLink();
  build();
  moved();
  addEventListener('popstate', () => { fromLink(); build(); changed(); });
}
