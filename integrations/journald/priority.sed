# Gives each event the journal's priority for its level. Inside of texts quotes are escaped, so only the level matches.
s/^\({.*"severitytext":"critical"\)/<2>\1/
s/^\({.*"severitytext":"high"\)/<3>\1/
s/^\({.*"severitytext":"medium"\)/<4>\1/
s/^\({.*"severitytext":"low"\)/<5>\1/
s/^\({.*"severitytext":"info"\)/<6>\1/
