'use strict';
// Tables sort by the column whose heading is pressed, numbers as numbers.
for (const button of document.querySelectorAll('th button'))
  button.addEventListener('click', () => {
    const heading = button.parentElement, body = heading.closest('table').tBodies[0];
    const up = heading.getAttribute('aria-sort') !== 'ascending', column = heading.cellIndex;
    for (const other of heading.parentElement.cells) other.removeAttribute('aria-sort');
    heading.setAttribute('aria-sort', up ? 'ascending' : 'descending');
    const key = row => { const cell = row.cells[column]; return cell.dataset.v === undefined ? cell.textContent : Number(cell.dataset.v); };
    const rank = v => v === '' ? 2 : typeof v === 'string' ? 1 : 0;
    const order = (a, b) => rank(a) - rank(b) || (up ? 1 : -1) * (typeof a === 'string' ? a.localeCompare(b) : a - b);
    body.append(...[...body.rows].sort((a, b) => order(key(a), key(b))));
  });
// Receptive fields: whole numbers of 16 bits, each field in parts of its largest weight.
for (const box of document.querySelectorAll('.fields')) {
  const data = JSON.parse(box.querySelector('script').textContent), slider = box.querySelector('input'), label = box.querySelector('output');
  const { fields, sites, side } = data;
  const series = data.series.map(s => ({ ...s, w: new Int16Array(Uint8Array.from(atob(s.w.replace(/-/g, '+').replace(/_/g, '/')), c => c.charCodeAt(0)).buffer) }));
  const panels = [];
  // On a lattice each has its own map; on a ring all series share the axes.
  for (let f = 0; f < fields; f++)
    for (const shown of side ? series.map(s => [s]) : [series]) {
      const panel = document.createElement('div'), canvas = document.createElement('canvas'), words = document.createElement('span');
      canvas.setAttribute('role', 'img');
      panel.append(canvas, words);
      box.querySelector('.panels').append(panel);
      panels.push({ f, shown, canvas, words });
    }
  const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name);
  const draw = () => {
    const at = Number(slider.value);
    label.textContent = data.labels[at];
    slider.setAttribute('aria-valuetext', data.labels[at]);
    for (const { f, shown, canvas, words } of panels) {
      const of = s => s.w.subarray((at * fields + f) * sites, (at * fields + f + 1) * sites);
      words.textContent = data.names[f] + shown.map(s => ', ' + s.name + ' |w| \u2264 ' + s.scale[at * fields + f].toPrecision(3)).join('');
      canvas.setAttribute('aria-label', words.textContent + ', ' + data.labels[at]);
      const page = canvas.getContext('2d');
      if (side) {
        canvas.width = canvas.height = side;
        const picture = page.createImageData(side, side);
        of(shown[0]).forEach((v, i) => {
          const x = Math.abs(v) / 32767, [r, g, b] = v > 0 ? [178, 24, 43] : [33, 102, 172];
          picture.data.set([247 + (r - 247) * x, 247 + (g - 247) * x, 247 + (b - 247) * x, 255], 4 * i);
        });
        page.putImageData(picture, 0, 0);
        continue;
      }
      const [wide, high] = [canvas.width = 320, canvas.height = 200];
      page.strokeStyle = colour('--rule');
      page.strokeRect(0, high / 2, wide, 0);
      shown.forEach((s, i) => {
        page.strokeStyle = colour(i ? '--second' : '--first');
        page.lineWidth = 3;
        page.setLineDash(i ? [8, 6] : []);
        page.beginPath();
        of(s).forEach((v, j) => page.lineTo((j + 0.5) / sites * wide, high / 2 - v / 32767 * (high / 2 - 8)));
        page.stroke();
        page.setLineDash([]);
      });
    }
  };
  slider.addEventListener('input', draw);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  draw();
}
