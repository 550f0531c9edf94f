// Cosigned checks a checkpoint that a witness has cosigned, and the request with which that was asked for, by
// c2sp.org/tlog-cosignature and c2sp.org/tlog-witness. Like verify.go it uses golang.org/x/mod/sumdb and shares no code with
// whoever wrote them.
//
//	cosigned NOTE LOG-VKEY WITNESS-VKEY [-request FILE -old NOTE]
//
// It prints "ok SIZE TIME", or an error and exits with status 1. With -request it also judges the request as a witness would
// that has cosigned the old checkpoint.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	size, time, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "cosigned:", err)
		os.Exit(1)
	}
	fmt.Println("ok", size, time)
}

func run(args []string) (size int64, time uint64, err error) {
	if len(args) < 3 {
		return 0, 0, errors.New("usage: cosigned NOTE LOG-VKEY WITNESS-VKEY [-request FILE -old NOTE]")
	}
	flags := flag.NewFlagSet("cosigned", flag.ContinueOnError)
	request := flags.String("request", "", "a `file` with what was sent to the witness")
	old := flags.String("old", "", "a `file` with the checkpoint that it had cosigned before")
	if err := flags.Parse(args[3:]); err != nil {
		return 0, 0, err
	}
	log, err := note.NewVerifier(args[1])
	if err != nil {
		return 0, 0, fmt.Errorf("log key: %w", err)
	}
	witness, err := newCosignatureVerifier(args[2])
	if err != nil {
		return 0, 0, fmt.Errorf("witness key: %w", err)
	}
	tree, err := openCosigned(args[0], log, witness)
	if err != nil {
		return 0, 0, err
	}
	if *request != "" {
		err = judge(*request, *old, tree, log, witness)
	}
	return tree.N, witness.time, err
}

// cosignatureVerifier is the Ed25519 cosignature of type 0x04. It remembers the time of the last one that it verified.
type cosignatureVerifier struct {
	name string
	hash uint32
	key  ed25519.PublicKey
	time uint64
}

func newCosignatureVerifier(vkey string) (*cosignatureVerifier, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, errors.New("malformed")
	}
	typed, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(typed) != 33 || typed[0] != 4 {
		return nil, errors.New("not an Ed25519 key for cosignatures")
	}
	digest := sha256.Sum256(append([]byte(parts[0]+"\n"), typed...))
	hash := binary.BigEndian.Uint32(digest[:4])
	if fmt.Sprintf("%08x", hash) != parts[1] {
		return nil, errors.New("the key id is not the key's")
	}
	return &cosignatureVerifier{name: parts[0], hash: hash, key: typed[1:]}, nil
}

func (v *cosignatureVerifier) Name() string    { return v.name }
func (v *cosignatureVerifier) KeyHash() uint32 { return v.hash }

func (v *cosignatureVerifier) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	time := binary.BigEndian.Uint64(signature)
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", time, text)
	if time == 0 || !ed25519.Verify(v.key, []byte(signed), signature[8:]) {
		return false
	}
	v.time = time
	return true
}

// openCosigned reads a checkpoint on which both signatures must be.
func openCosigned(path string, log, witness note.Verifier) (tree tlog.Tree, err error) {
	message, err := os.ReadFile(path)
	if err != nil {
		return tree, err
	}
	opened, err := note.Open(message, note.VerifierList(log, witness))
	if err != nil {
		return tree, fmt.Errorf("%s: %w", path, err)
	}
	if len(opened.Sigs) != 2 {
		return tree, fmt.Errorf("%s: %d of the two signatures are there", path, len(opened.Sigs))
	}
	return parseTree(opened.Text, log.Name())
}

func parseTree(text, origin string) (tree tlog.Tree, err error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[0] != origin || lines[3] != "" {
		return tree, errors.New("not a checkpoint of this log")
	}
	tree.N, err = strconv.ParseInt(lines[1], 10, 64)
	if err != nil || strconv.FormatInt(tree.N, 10) != lines[1] {
		return tree, errors.New("malformed size")
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, err
}

// judge does what a witness does that has cosigned the old checkpoint and now gets the request for the tree.
func judge(requestPath, oldPath string, tree tlog.Tree, log, witness note.Verifier) error {
	request, err := os.ReadFile(requestPath)
	if err != nil {
		return err
	}
	end := bytes.Index(request, []byte("\n\n"))
	if end < 0 {
		return errors.New("the request has no checkpoint")
	}
	opened, err := note.Open(request[end+2:], note.VerifierList(log))
	if err != nil {
		return fmt.Errorf("the request's checkpoint: %w", err)
	}
	if asked, err := parseTree(opened.Text, log.Name()); err != nil || asked != tree {
		return errors.New("the request is about another checkpoint than the one that was cosigned")
	}
	lines := strings.Split(string(request[:end]), "\n")
	old, err := openCosigned(oldPath, log, witness)
	if err != nil {
		return err
	}
	if lines[0] != fmt.Sprintf("old %d", old.N) {
		return fmt.Errorf("the request begins with %q", lines[0])
	}
	var proof tlog.TreeProof
	for _, line := range lines[1:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return fmt.Errorf("proof: %w", err)
		}
		proof = append(proof, hash)
	}
	if old.N == tree.N {
		if len(proof) > 0 || old.Hash != tree.Hash {
			return errors.New("the same size with another tree, or with a proof")
		}
		return nil
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash)
}
