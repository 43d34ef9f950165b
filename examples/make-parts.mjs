// Prints invented parts as NDJSON for an import: node examples/make-parts.mjs [how many, 10,000 when absent]
const count = Number(process.argv[2] ?? 10_000);
const names = [
  ['制动盘', 'brake disc'],
  ['转向节', 'steering knuckle'],
  ['减震器', 'shock absorber'],
  ['连杆', 'connecting rod'],
  ['水泵壳体', 'water pump housing'],
  ['发电机支架', 'alternator bracket'],
  ['进气歧管', 'intake manifold'],
  ['轮毂轴承', 'wheel hub bearing'],
];
const materials = ['HT250', 'QT450-10', '40Cr', '6061-T6'];

for (let i = 1; i <= count; i++) {
  const number = String(i).padStart(5, '0');
  const [zh, en] = names[i % names.length];
  const day = new Date(Date.UTC(2026, 0, 1 + (i % 300))).toISOString().slice(0, 10);
  const data = {
    NAME: `示例${zh} ${number} / Demo ${en} ${number}`,
    MATERIAL: materials[i % materials.length],
    MASS_KG: (i % 40) / 4 + 0.5,
    MADE_ON: day,
  };
  console.log(JSON.stringify({ identifier: `88.101.1001/PART-${number}`, template: '88.101.1001/part', data }));
}
