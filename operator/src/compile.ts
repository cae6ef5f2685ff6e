// Fills Node's compile cache, which the environment names, by loading what the operator and its parser load. A process
// that finds its programs there neither strips types nor compiles: it starts sooner and keeps 20 MB less.
import "./main.ts";
import "./state/parse-worker.ts";
