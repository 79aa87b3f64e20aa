#if Lint
  import MartletLintCommand

  MartletLint.start(Array(CommandLine.arguments.dropFirst()))
#else
  fatalError("martlet-lint was built without the trait Lint: add `--traits Lint`")
#endif
