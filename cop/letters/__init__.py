"""Letters: what two members of a community write to each other, where its facilitators switched that on."""
