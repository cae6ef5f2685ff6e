// An app that is broken: it says why and ends, as an app with a wrong setting would.
console.error("crash: the setting DATABASE_URL is missing");
process.exit(1);
