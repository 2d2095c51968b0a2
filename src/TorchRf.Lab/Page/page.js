// What all parts of the page need: elements, and the server's answers.
export const $ = id => document.getElementById(id);

export function element(kind, properties, ...children) {
  const made = Object.assign(document.createElement(kind), properties);
  made.append(...children);
  return made;
}

export const list = (id, texts) => $(id).replaceChildren(...texts.map(textContent => element('li', { textContent })));

export async function answered(path, options) {
  const answer = await fetch(path, options);
  if (answer.ok) return answer;
  throw new Error((await answer.json()).error);
}

export const told = async (path, options) => (await answered(path, options)).json();

export const asJson = (body, signal) => ({ method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body), signal });

const refused = {};

// What the server refused, beside what was asked for; an end that was asked for is none. Several who ask share a place, and each takes back only its own.
export function refuse(id, error, whose = id) {
  if (error?.name === 'AbortError') return;
  refused[id] = { ...refused[id], [whose]: error?.message };
  $(id).textContent = [...new Set(Object.values(refused[id]).filter(Boolean))].join(' ');
}

// Server-sent events, as [event, data].
export async function* events(answer) {
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

export const rows = (all, count) => Array.from({ length: count }, (_, i) => all.subarray(i * all.length / count, (i + 1) * all.length / count));

export const said = x => x === null || !Number.isFinite(x) ? '' : x === 0 ? '0' : Math.abs(x) >= 1e5 || Math.abs(x) < 1e-3 ? x.toExponential(1).replace('.0e', 'e').replace('e+', 'e') : String(+x.toPrecision(3));
