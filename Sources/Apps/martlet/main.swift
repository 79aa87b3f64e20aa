import MartletCommand

Martlet.start(Array(CommandLine.arguments.dropFirst()))
