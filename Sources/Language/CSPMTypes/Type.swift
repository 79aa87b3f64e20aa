import CSPMSyntax
