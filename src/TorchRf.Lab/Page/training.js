// A training as the page watches it. It ends with the page, or with Stop.
import { $, answered, asJson, events, list, refuse, rows } from './page.js';
import { chosen } from './settings.js';
import { cells, lines } from './plots.js';

const still = matchMedia('(prefers-reduced-motion: reduce)');
let abort, pending, waiting, curves;

const say = text => { $('status').textContent = text; };
const numbers = text => new Float32Array(Uint8Array.from(atob(text), c => c.charCodeAt(0)).buffer);

export function changed() {
  $('older').hidden = !curves || curves.asked === JSON.stringify(chosen());
  refuse('refusal', undefined, 'training');
}

export async function train() {
  abort?.abort();
  const mine = abort = new AbortController();
  $('train').disabled = true;
  $('stop').disabled = false;
  const settings = chosen();
  judged('');
  refuse('refusal', undefined, 'training');
  say('Preparing …');
  // Where the pictures are below the settings.
  if (matchMedia('(max-width: 800px)').matches) $('training-part').scrollIntoView();
  let isDone = false;
  try {
    for await (const [event, told] of events(await answered('training', asJson(settings, mine.signal)))) {
      if (event === 'begin') begin(told, JSON.stringify(settings));
      else if (event === 'frame') frame(told);
      else if (event === 'judging') say('Trained. Asking what was to be expected …');
      else if (event === 'done') { isDone = true; drawPending(); done(told); }
      else if (event === 'failed') throw new Error(told.error);
    }
    if (!isDone) throw new Error('The lab was closed before the training came to its end.');
  } catch (error) {
    drawPending();
    say(error.name === 'AbortError' ? 'Stopped.' : 'Not trained.');
    refuse('refusal', error, 'training');
  } finally {
    $('train').disabled = false;
    $('stop').disabled = true;
  }
}

function begin(told, asked) {
  curves = { told, asked, step: [], ipr: [], theory: [], cosine: [], lossStep: [], loss: [] };
  $('older').hidden = asked === JSON.stringify(chosen());
  // Sliders may have been moved since it was asked for.
  if ($('older').hidden) $('command').value = told.command;
  $('progress').max = told.steps;
  if (told.uncovered) judged('', [told.uncovered]);
}

function frame(told) {
  curves.step.push(told.step);
  curves.ipr.push(told.ipr);
  curves.theory.push(told.theory_ipr);
  curves.cosine.push(told.cosine);
  for (const [step, loss] of told.losses) { curves.lossStep.push(step); curves.loss.push(loss); }
  // Who wants no motion sees the snapshots alone.
  if (still.matches && !told.snapshot) return;
  if (!pending) waiting = requestAnimationFrame(drawPending);
  pending = told;
}

// The last frame that came: before its end is told of, not after.
function drawPending() {
  cancelAnimationFrame(waiting);
  const now = pending;
  pending = undefined;
  if (now) show(now);
}

function show(told) {
  const { told: begun } = curves, [trained, predicted] = [rows(numbers(told.trained), begun.fields), told.predicted && rows(numbers(told.predicted), begun.fields)];
  $('progress').value = told.step;
  if (told.step < begun.steps) say(`Step ${told.step} of ${begun.steps}: mean IPR ${told.ipr?.toFixed(3)}` + (predicted ? `, theory ${told.theory_ipr?.toFixed(3)}, cosine ${told.cosine?.toFixed(3)}` : ''));
  const isPlane = begun.dimensions === 2, theory = `theory (${begun.theory})`;
  const labels = [{ label: isPlane && predicted ? 'left: trained' : 'trained', colour: 'first' }, ...predicted ? [{ label: isPlane ? `right: ${theory}` : theory, colour: 'second', dash: [5, 4] }] : []];
  cells($('fields'), trained.map((y, i) => [{ y, ...labels[0] }, ...predicted ? [{ y: predicted[i], ...labels[1] }] : []]), isPlane ? begun.side : 0, labels);
  $('fields').setAttribute('aria-label', `${begun.fields} receptive fields at step ${told.step}, mean IPR ${told.ipr?.toFixed(3)}`);
  const { step, ipr, theory: followed, cosine, lossStep, loss } = curves, above = begun.localized_above;
  along({ step, ipr, theory_ipr: predicted ? followed : undefined, cosine, lossStep, loss }, ['ipr', 'cosine', 'loss'], begun.steps, above);
}

// IPR, cosine and loss by step, each where it is known.
export function along({ step, ipr, theory_ipr, cosine, loss, lossStep = step }, [iprs, cosines, losses], last, above) {
  const x = [0, last], any = y => y?.some(Number.isFinite);
  lines($(iprs), { name: 'step', x, y: [0], series: [{ x: step, y: ipr, colour: 'first', label: 'trained' }, ...any(theory_ipr) ? [{ x: step, y: theory_ipr, colour: 'second', dash: [5, 4], label: 'theory' }] : [],
    ...above ? [{ x, y: [above, above], colour: 'third', dash: [2, 4], label: 'localized above' }] : []] });
  lines($(cosines), { name: 'step', x, series: [{ x: step, y: any(cosine) ? cosine : step.map(() => null), colour: 'first', label: any(cosine) ? 'cosine' : 'no theory' }] });
  lines($(losses), { name: 'step', x, series: [{ x: lossStep, y: loss, colour: 'first', label: 'loss' }] });
}

function done(found) {
  say(`Done: ${found.snapshots.at(-1).step} steps.`);
  judged(found.summary, [curves.told.uncovered ?? [], found.reasons ?? []].flat());
}

function judged(text, reasons = []) {
  $('verdict').textContent = text ?? '';
  list('reasons', reasons.filter(r => !(text ?? '').includes(r)));
}

$('stop').onclick = () => abort?.abort();
