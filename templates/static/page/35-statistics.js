// Whether two counts differ by more than chance, also when failures come in bursts. The same as
// analyzer/report/statistics.py, function by function; tests/report/statistics.json holds the two together.

const EXACT_UP_TO = 10000;
// Of the changes that a table calls beyond chance, at most so large a part is expected to be chance.
const FALSE_DISCOVERY_RATE = 0.05;
const ENOUGH_SLICES = 6;

// How likely chance alone makes the counts differ so much: two Poisson counts compared conditionally
// (Przyborowski and Wilenski, 1940), exact mid-p, normal beyond EXACT_UP_TO. null without an exposure.
function changeProbability(failures, before, exposure, exposureBefore, dispersion = 1) {
  if (!(exposure > 0 && exposureBefore > 0)) return null;
  const count = failures / dispersion;
  const together = (failures + before) / dispersion;
  if (together <= 0) return 1;
  const chance = exposure / (exposure + exposureBefore);
  if (together > EXACT_UP_TO) {
    const spread = Math.sqrt(together * chance * (1 - chance));
    return complementaryError(Math.abs(count - together * chance) / spread / Math.SQRT2);
  }
  const rest = together - count;
  const upper = (betaShare(chance, count, rest + 1) + betaShare(chance, count + 1, rest)) / 2;
  const lower = (betaShare(1 - chance, rest, count + 1) + betaShare(1 - chance, rest + 1, count)) / 2;
  return Math.min(1, 2 * Math.min(upper, lower));
}

// How many times more than Poisson's the counts scatter, 1 at least (Pearson's chi-square). Each span is
// a list of slices [failures, exposure], taken by itself, so that a change between spans is no scatter.
function dispersionOf(spans) {
  let total = 0;
  let freedom = 0;
  for (const slices of spans) {
    let failures = 0;
    let exposure = 0;
    let exposed = 0;
    for (const [count, size] of slices) {
      if (!(size > 0)) continue;
      failures += count;
      exposure += size;
      exposed += 1;
    }
    if (!failures) continue;
    const rate = failures / exposure;
    for (const [count, size] of slices) {
      if (size > 0) total += (count - rate * size) ** 2 / (rate * size);
    }
    freedom += exposed - 1;
  }
  return freedom >= ENOUGH_SLICES ? Math.max(1, total / freedom) : 1;
}

// p-values adjusted for how many there are (Benjamini and Hochberg, 1995); null stays null.
function adjustedProbabilities(probabilities) {
  const found = probabilities.map(() => null);
  const places = probabilities.map((_, place) => place).filter((place) => probabilities[place] !== null);
  places.sort((one, other) => probabilities[one] - probabilities[other]);
  let smallest = 1;
  for (let rank = places.length; rank >= 1; rank -= 1) {
    const place = places[rank - 1];
    smallest = Math.min(smallest, (probabilities[place] * places.length) / rank);
    found[place] = smallest;
  }
  return found;
}

// The regularised incomplete beta function, by its continued fraction (Lentz).
function betaShare(x, a, b) {
  if (a <= 0 || x >= 1) return 1;
  if (b <= 0 || x <= 0) return 0;
  return x > (a + 1) / (a + b + 2) ? 1 - betaFraction(1 - x, b, a) : betaFraction(x, a, b);
}

function betaFraction(x, a, b) {
  const logarithm =
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x);
  let c = 1;
  let d = 1 / notZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < 20000; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / notZero(1 + even * d);
    c = notZero(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / notZero(1 + odd * d);
    c = notZero(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return Math.min(1, (Math.exp(logarithm) * fraction) / a);
}

function notZero(value) {
  return Math.abs(value) > 1e-300 ? value : 1e-300;
}

// Stirling's series for large arguments, to which the recurrence leads small ones.
function logGamma(x) {
  let shift = 0;
  let z = x;
  while (z < 15) {
    shift += Math.log(z);
    z += 1;
  }
  const inverse = 1 / (z * z);
  const series =
    (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse * (1 / 1680 - inverse / 1188)))) / z;
  return (z - 0.5) * Math.log(z) - z + Math.log(2 * Math.PI) / 2 + series - shift;
}

// The complementary error function: a series near zero, a continued fraction beyond.
function complementaryError(x) {
  const square = x * x;
  if (x < 2.5) {
    let term = x;
    let sum = x;
    for (let n = 1; n < 200 && Math.abs(term) > 1e-17 * Math.abs(sum); n += 1) {
      term *= -square / n;
      sum += term / (2 * n + 1);
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = 0;
  for (let n = 120; n >= 1; n -= 1) fraction = n / 2 / (x + fraction);
  return Math.exp(-square) / Math.sqrt(Math.PI) / (x + fraction);
}
