// What the node says of itself at /metrics.

/** All samples by name and labels, as Prometheus writes them: `name{label="value"}`. */
export async function readMetrics(url) {
  const response = await fetch(`${url}/metrics`);
  const samples = new Map();
  for (const line of (await response.text()).split("\n")) {
    const space = line.lastIndexOf(" ");
    if (!line.startsWith("#") && space > 0) {
      samples.set(line.slice(0, space), Number(line.slice(space + 1)));
    }
  }
  return samples;
}
