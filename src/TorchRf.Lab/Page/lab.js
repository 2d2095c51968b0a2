import { $, asJson, list, refuse, told } from './page.js';
import { begin, chosen, inexact, reset } from './settings.js';
import { cells, lines } from './plots.js';
import * as training from './training.js';
import * as phases from './phases.js';
import './own.js';
import './runs.js';

let asking, expecting;

function changed() {
  training.changed();
  phases.changed();
  expecting?.abort();
  expected('');
  refuse('refusal', undefined, 'expect');
  clearTimeout(asking?.timer);
  asking?.abort.abort();
  const abort = new AbortController();
  asking = { abort, timer: setTimeout(() => law(abort.signal), 120) };
}

async function law(signal) {
  try {
    const law = await told('law', asJson(chosen(), signal));
    refuse('refusal', inexact() && new Error(inexact()), 'law');
    $('command').value = law.command;
    show(law);
  } catch (error) { refuse('refusal', error, 'law'); }
}

function show(law) {
  const kurtosis = k => k === 'infinite' ? 'infinite' : k.toFixed(2);
  $('law').textContent = `${law.classes.map((c, i) => `Class ${i}: ${c.description}`).join('. ')}. N = ${law.sites}. Excess kurtosis of class 1: ${kurtosis(law.excess_kurtosis)}, ${law.drawn.excess_kurtosis.toFixed(2)} in ${law.drawn.examples} examples.` + (law.outside_the_lemma ? ` The lemma does not cover it: ${law.outside_the_lemma}.` : '');
  cells($('samples'), law.samples.flatMap((of, c) => of.map(y => [{ y, colour: c ? 'second' : 'first' }])), law.dimensions === 2 ? law.side : 0, [], law.samples[0].length);
  const { marginal, drawn } = law, atoms = marginal.atoms !== undefined;
  const reached = Math.max(1.6, ...drawn.x.filter((_, i) => drawn.density[i] > 0).map(Math.abs)) + 0.2;
  lines($('marginal'), { name: 'x', x: atoms ? [-2, 2] : [-reached, reached], y: [0], series: atoms
    ? [{ x: marginal.atoms, y: marginal.probability, kind: 'points', colour: 'first', label: 'probability' }]
    : [{ x: drawn.x, y: drawn.density, kind: 'bars', colour: 'third', label: 'drawn' }, { x: marginal.x, y: marginal.density, colour: 'first', label: 'law' }] });
  const { a, phi, taylor } = law.amplifier, flat = Math.sqrt(2 / Math.PI);
  lines($('amplifier'), { name: 'a', x: [-1, 1], series: [{ x: a, y: phi, colour: 'first', label: 'φ' }, ...taylor ? [{ x: a, y: taylor, colour: 'second', dash: [5, 4], label: 'third order' }] : [],
    { x: a, y: a.map(v => v * flat), colour: 'third', dash: [2, 3], label: 'Gaussian' }] });
  const reach = Math.min(30, Math.floor(law.side / 2)) + 1;
  lines($('covariance'), { name: 'distance', series: law.classes.map((c, i) => ({ x: [...Array(reach).keys()], y: c.covariance.slice(0, reach), colour: i ? 'second' : 'first', dash: i ? [5, 4] : undefined, label: `class ${i}` })) });
}

async function expect() {
  const mine = expecting = new AbortController();
  $('expect').disabled = true;
  expected('Following the theory to its end …');
  refuse('refusal', undefined, 'expect');
  try {
    const found = await told('expectation', asJson(chosen(), mine.signal));
    expected(`Expected: ${found.said}.`, found.reasons);
  } catch (error) { expected(''); refuse('refusal', error, 'expect'); } finally { $('expect').disabled = false; }
}

// Of the settings that stand in the sliders, whatever was trained.
function expected(text, reasons = []) {
  $('expected').textContent = text;
  list('expected-reasons', reasons.filter(r => !text.includes(r)));
}

$('controls').addEventListener('submit', e => { e.preventDefault(); training.train(); });
$('expect').onclick = expect;
$('reset').onclick = reset;
// The link's own end holds the settings.
for (const part of document.querySelectorAll('nav a'))
  part.onclick = e => { e.preventDefault(); document.querySelector(part.hash).scrollIntoView(); document.querySelector(part.hash + ' h2').focus(); };
$('copy').onclick = async () => {
  $('command').select();
  try { await navigator.clipboard.writeText($('command').value); $('copy').textContent = 'Copied'; } catch { $('command').focus(); }
  setTimeout(() => { $('copy').textContent = 'Copy as command'; }, 1500);
};
// Before the settings are there, nothing can be asked for.
begin(changed).then(() => ['train', 'expect', 'map', 'reset'].forEach(id => { $(id).disabled = false; })).catch(error => refuse('refusal', error));
